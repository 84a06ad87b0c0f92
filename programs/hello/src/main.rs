//! The least that one needs: one topic, with whoever wants to hear of it.

use farsight::prelude::*;
use farsight_aws::sns::{Topic, TopicSubscription};

fn main() -> farsight::Exit {
    farsight::program(declare)
}

fn declare(cx: &Context) -> farsight::Result<()> {
    let topic = Topic::new("hello").display_name(cx.config().or("greeting", "hello")).add(cx);
    if let Some(address) = cx.config().get::<String>("email")? {
        TopicSubscription::new("reader").topic(topic.arn()).protocol("email").endpoint(address).add(cx);
    }
    cx.export("topicArn", topic.arn());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::declare;
    use farsight::testing;
    use farsight_aws::sns::{Topic, TopicSubscription};

    #[test]
    fn somebody_hears_of_it_if_told_who() {
        let alone = testing::record([("greeting", "hi")], declare);
        assert_eq!(alone.errors(), []);
        assert_eq!(alone.get::<Topic>("hello").args::<Topic>().display_name.as_deref(), Some("hi"));
        assert!(alone.all::<TopicSubscription>().is_empty());
        let heard = testing::record([("email", "a@example.com")], declare);
        assert_eq!(heard.get::<TopicSubscription>("reader").input("topic"), "<Topic hello.arn>".into());
    }
}
