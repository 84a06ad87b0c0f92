use farsight_aws::ec2;

fn main() -> farsight::Exit {
    farsight::program(|cx| {
        let cidr = cx.config().or("vpc_cidr", "10.0.0.0/16");
        let vpc = ec2::Vpc::new("main").cidr_block(cidr).tags([("Name", "main")]).add(cx);
        cx.export("vpcId", vpc.id());
        Ok(())
    })
}
