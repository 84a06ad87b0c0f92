//! Who runs this command, as leases and history have it.

/// The user's name.
pub fn user() -> String {
    ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// This host's name.
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The command line for the history. Values of `-c` are left out: they may be secrets.
pub fn command_line(args: impl IntoIterator<Item = String>) -> String {
    let mut shown = vec!["farsight".to_owned()];
    let mut is_value = false;
    for arg in args {
        let (flag, value) = match arg.strip_prefix("--config=").map(|value| ("--config=", value)) {
            Some(found) => found,
            None => match arg.strip_prefix("-c").filter(|value| !value.is_empty()) {
                Some(value) => ("-c", value),
                None => ("", arg.as_str()),
            },
        };
        if is_value || !flag.is_empty() {
            let key = value.split('=').next().unwrap_or_default();
            shown.push(format!("{flag}{key}=.."));
            is_value = false;
        } else {
            is_value = arg == "-c" || arg == "--config";
            shown.push(arg);
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_of_the_configuration_are_not_remembered() {
        let line = |args: &[&str]| super::command_line(args.iter().map(|arg| (*arg).to_owned()));
        assert_eq!(line(&["up", "-c", "pw=secret", "--yes"]), "farsight up -c pw=.. --yes");
        assert_eq!(
            line(&["up", "-cpw=secret", "--config=pw=secret", "--config", "a=b=c"]),
            "farsight up -cpw=.. --config=pw=.. --config a=.."
        );
    }
}
