//! Networks in CIDR notation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network of a CIDR text in canonical form: host bits cleared, IPv6 compressed and lower case.
///
/// `None` when the text is no CIDR block. AWS canonicalises in the same way.
pub fn canonical_cidr(text: &str) -> Option<String> {
    let (address, prefix) = parse(text)?;
    Some(format!("{}/{prefix}", mask(address, prefix)))
}

/// The part number `index` of a network divided by `new_bits` more prefix bits.
pub fn subnet(base: &str, new_bits: u8, index: u32) -> Option<String> {
    let (address, prefix) = parse(base)?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let longer = prefix.checked_add(new_bits).filter(|longer| *longer <= width)?;
    if new_bits < 32 && u64::from(index) >= 1_u64 << new_bits {
        return None;
    }
    let network = match mask(address, prefix) {
        IpAddr::V4(v4) => {
            let offset = u64::from(index) << (32 - longer);
            IpAddr::V4(Ipv4Addr::from((u64::from(u32::from(v4)) + offset) as u32))
        }
        IpAddr::V6(v6) if longer == 0 => IpAddr::V6(v6),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) + (u128::from(index) << (128 - longer)))),
    };
    Some(format!("{network}/{longer}"))
}

fn parse(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    (prefix <= width).then_some((address, prefix))
}

fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_form_is_what_aws_answers() {
        assert_eq!(canonical_cidr("10.0.0.5/16").as_deref(), Some("10.0.0.0/16"));
        assert_eq!(canonical_cidr("0.0.0.0/0").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(canonical_cidr("2001:DB8:0:0::1/32").as_deref(), Some("2001:db8::/32"));
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/+8", "x/8", "::/129", ""] {
            assert_eq!(canonical_cidr(bad), None, "{bad}");
        }
    }

    #[test]
    fn subnets_are_terraforms_cidrsubnet() {
        assert_eq!(subnet("10.0.0.0/16", 8, 3).as_deref(), Some("10.0.3.0/24"));
        assert_eq!(subnet("10.0.0.0/16", 4, 15).as_deref(), Some("10.0.240.0/20"));
        assert_eq!(subnet("10.0.0.0/16", 4, 16), None);
        assert_eq!(subnet("10.0.0.0/30", 8, 0), None);
        assert_eq!(subnet("fd00::/48", 16, 2).as_deref(), Some("fd00:0:0:2::/64"));
        assert_eq!(subnet("0.0.0.0/0", 0, 0).as_deref(), Some("0.0.0.0/0"));
    }
}
