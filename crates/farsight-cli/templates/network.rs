use farsight::prelude::*;
use farsight_aws::ec2;

fn main() -> farsight::Exit {
    farsight::program(|cx| {
        let cidr = cx.config().or("vpc_cidr", "10.0.0.0/16");
        let vpc = ec2::Vpc::new("main").cidr_block(cidr).tags([("Name", "main")]).add(cx);
        let gateway = ec2::InternetGateway::new("main").add(cx);
        let attached =
            ec2::InternetGatewayAttachment::new("main").internet_gateway_id(gateway.id()).vpc_id(vpc.id()).add(cx);
        let table = ec2::RouteTable::new("public").vpc_id(vpc.id()).add(cx);
        ec2::Route::new("internet")
            .route_table_id(table.id())
            .destination_cidr_block("0.0.0.0/0")
            .gateway_id(gateway.id())
            .depends_on(&attached)
            .add(cx);
        for (i, zone) in ec2::availability_zones(cx)?.iter().take(2).enumerate() {
            let subnet = ec2::Subnet::new(format!("public-{i}"))
                .vpc_id(vpc.id())
                .availability_zone(zone)
                .cidr_block(vpc.cidr_block().subnet(8, i))
                .map_public_ip_on_launch(true)
                .add(cx);
            ec2::RouteTableAssociation::new(format!("public-{i}"))
                .subnet_id(subnet.id())
                .route_table_id(table.id())
                .add(cx);
            cx.export(format!("publicSubnetId{i}"), subnet.id());
        }
        cx.export("vpcId", vpc.id());
        Ok(())
    })
}
