//! Mistakes that must not compile, and what the compiler says about them.

/// Protects those who write programs and tables: the message names the argument, the caret stands at the word.
#[test]
fn mistakes_are_compile_errors_at_the_word() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
