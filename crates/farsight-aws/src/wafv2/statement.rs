//! What rules match. Statements stand in one another, four deep at most: a table has no end otherwise.

use super::{
    AsnMatchStatement, ByteMatchStatement, GeoMatchStatement, IpSetReferenceStatement, LabelMatchStatement,
    ManagedRuleGroupStatement, RateBasedStatement, RegexMatchStatement, RegexPatternSetReferenceStatement,
    RuleGroupReferenceStatement, SizeConstraintStatement, SqliMatchStatement, XssMatchStatement,
};
use farsight::prelude::*;

/// A statement: what one about a request alone can be, and more.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $kind:ident,)* }) => {
        $(#[$doc])*
        #[derive(Inputs, Debug, Clone, PartialEq)]
        #[inputs(block)]
        pub struct $name {
            /// The request comes from one of these autonomous systems.
            pub asn_match_statement: Option<AsnMatchStatement>,
            /// A part of the request has a text in it.
            pub byte_match_statement: Option<ByteMatchStatement>,
            /// The request comes from one of these countries.
            pub geo_match_statement: Option<GeoMatchStatement>,
            /// The request comes from an address of an IP set.
            pub ip_set_reference_statement: Option<IpSetReferenceStatement>,
            /// A rule before has put a label on the request.
            pub label_match_statement: Option<LabelMatchStatement>,
            /// A part of the request matches a regular expression.
            pub regex_match_statement: Option<RegexMatchStatement>,
            /// A part of the request matches one of a set of regular expressions.
            pub regex_pattern_set_reference_statement: Option<RegexPatternSetReferenceStatement>,
            /// A part of the request is larger or smaller than a size.
            pub size_constraint_statement: Option<SizeConstraintStatement>,
            /// A part of the request looks like an attack on a database.
            pub sqli_match_statement: Option<SqliMatchStatement>,
            /// A part of the request looks like an attack on a browser.
            pub xss_match_statement: Option<XssMatchStatement>,
            $($(#[$more_doc])* pub $more: Option<$kind>,)*
        }
    };
}

/// The three ways in which statements are put together.
macro_rules! compound {
    ($several:ident, $one:ident, $inner:ident) => {
        /// Several statements together.
        #[derive(Inputs, Debug, Clone, PartialEq)]
        #[inputs(block)]
        pub struct $several {
            /// The statements, at least two.
            pub statements: Vec<$inner>,
        }

        /// The opposite of a statement.
        #[derive(Inputs, Debug, Clone, PartialEq)]
        #[inputs(block)]
        pub struct $one {
            /// The statement.
            pub statement: $inner,
        }
    };
}

statement! {
    /// What a rule matches: one of these.
    Statement {
        /// All of these match.
        and_statement: Statements,
        /// A rule group of AWS or another vendor.
        managed_rule_group_statement: ManagedRuleGroupStatement,
        /// This does not match.
        not_statement: NotStatement,
        /// One of these matches.
        or_statement: Statements,
        /// Too many requests of one kind come at a time.
        rate_based_statement: RateBasedStatement,
        /// A rule group of one's own.
        rule_group_reference_statement: RuleGroupReferenceStatement,
    }
}

compound!(Statements, NotStatement, NestedStatement);

statement! {
    /// A statement within another one, or one that narrows a rule group or a rate down: one of these.
    NestedStatement {
        /// All of these match.
        and_statement: NestedStatements,
        /// This does not match.
        not_statement: NestedNotStatement,
        /// One of these matches.
        or_statement: NestedStatements,
    }
}

compound!(NestedStatements, NestedNotStatement, InnerStatement);

statement! {
    /// A statement two deep: one of these.
    InnerStatement {
        /// All of these match.
        and_statement: InnerStatements,
        /// This does not match.
        not_statement: InnerNotStatement,
        /// One of these matches.
        or_statement: InnerStatements,
    }
}

compound!(InnerStatements, InnerNotStatement, SimpleStatement);

statement! {
    /// A statement three deep, where nothing stands in another: one of these.
    SimpleStatement {}
}
