//! The program `afterdark`: see the library's documentation.

fn main() {}
