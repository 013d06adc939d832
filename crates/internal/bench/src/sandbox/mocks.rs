//! How many requests a second mock servers answer that are made from the same contract.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use payvand_sandbox::Sandbox;

use super::speed::{load, request, runtime, start_sandbox};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/openapi/aparat.yaml");
const TIME_TO_START: Duration = Duration::from_secs(120);

/// What starts each, on a port, and the variable that has its program.
const MOCKS: [(&str, &str, &[&str]); 2] = [
    ("Prism", "MOCK_PRISM", &["mock", "--host", "127.0.0.1", CONTRACT]),
    (
        "Mockoon",
        "MOCK_MOCKOON",
        &["start", "--disable-log-to-file", "--data", CONTRACT],
    ),
];

/// Prints them beside the sandbox.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn run(requests: usize) {
    let measure = |address, requests: usize| {
        let time = runtime().block_on(load(address, &request(), requests));
        requests as f64 / time.as_secs_f64()
    };
    let sandbox = start_sandbox(Sandbox::builder);
    measure(sandbox, requests);
    let own = measure(sandbox, requests);
    println!("{:<40} {own:>9.0} requests a second", "sandbox");
    for (name, variable, arguments) in MOCKS {
        let Some(program) = std::env::var_os(variable) else {
            println!("{name}: SKIPPED, {variable} does not name its program");
            continue;
        };
        let port = free_port();
        let mut command = Command::new(program);
        command.args(arguments).args(["--port", &port.to_string()]);
        let _mock = Mock(command.stdout(Stdio::null()).spawn().unwrap());
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        wait_for(address);
        let few = (requests / 20).next_multiple_of(32);
        // Its compiler has to see the code first.
        measure(address, few);
        let speed = measure(address, few);
        println!(
            "{name:<40} {speed:>9.0} requests a second, the sandbox {:.0} times",
            own / speed
        );
    }
}

/// Killed at the end, however that comes.
struct Mock(Child);

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn wait_for(address: SocketAddr) {
    let started = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(started.elapsed() < TIME_TO_START, "{address} does not listen");
        std::thread::sleep(Duration::from_millis(100));
    }
}
