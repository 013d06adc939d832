#![cfg_attr(fuzzing, no_main)]

payvand_fuzz::program!();
