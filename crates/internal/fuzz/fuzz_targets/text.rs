#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| payvand_fuzz::text(data));

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    payvand_fuzz::play(payvand_fuzz::text)
}
