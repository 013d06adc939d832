//! The login of SMSAfzar, by our client and by the programs of its document and their like.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::Context;
use crate::contender::{Contender, Measured, amount, micros};
use crate::cpu;
use crate::provider::smsafzar;
use crate::table::{Spread, Table};

const ROUNDS: usize = 9;
const CALLS: usize = 2_000;
/// Of each program, which are slower; they warm up before they measure.
const THEIR_CALLS: usize = 500;

struct Program {
    name: &'static str,
    command: [&'static str; 2],
    needs: &'static str,
    text: &'static str,
}

const PROGRAMS: [Program; 5] = [
    Program {
        name: "Python, requests.post as the document has it",
        command: ["python3", "-c"],
        needs: "import requests",
        text: concat!(
            include_str!("others/python.py"),
            include_str!("others/requests_post.py")
        ),
    },
    Program {
        name: "Python, requests with a session",
        command: ["python3", "-c"],
        needs: "import requests",
        text: concat!(
            include_str!("others/python.py"),
            include_str!("others/requests_session.py")
        ),
    },
    Program {
        name: "Python, httpx with a client",
        command: ["python3", "-c"],
        needs: "import httpx",
        text: concat!(
            include_str!("others/python.py"),
            include_str!("others/httpx_client.py")
        ),
    },
    Program {
        name: "Node, axios",
        command: ["node", "-e"],
        needs: "require('axios')",
        text: concat!(include_str!("others/axios.cjs"), include_str!("others/node.cjs")),
    },
    Program {
        name: "Node, fetch",
        command: ["node", "-e"],
        needs: "fetch",
        text: concat!(include_str!("others/fetch.cjs"), include_str!("others/node.cjs")),
    },
];

impl Program {
    fn is_there(&self) -> bool {
        let [program, flag] = self.command;
        Command::new(program)
            .args([flag, self.needs])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// CPU and wall time of one call in µs, as the program itself asks its operating system.
    fn run(&self, server: &str) -> (f64, f64) {
        let [program, flag] = self.command;
        let output = Command::new(program)
            .args([flag, self.text])
            .env("BENCH_URL", format!("{server}/smsafzar/auth/token"))
            .env("BENCH_CALLS", THEIR_CALLS.to_string())
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", self.name);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

pub(super) fn run(context: &Context) {
    println!("## 7. What a user would pick instead\n");
    println!(
        "SMSAfzar's login, CPU and wall time of one in µs after a warm-up: the middle of {} rounds of {CALLS} calls of \
         ours, its rate limit off, and {THEIR_CALLS} of each other.\n",
        context.rounds(ROUNDS)
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = smsafzar::client(&context.server.url);
    let credentials = smsafzar::credentials();
    let ours = Contender::new("smsafzar-auth", move || {
        let call = client.authenticate(&credentials);
        async move { assert!(!call.await.unwrap().token().authorization().is_empty()) }
    });
    runtime.block_on(ours.calls(CALLS));
    let (there, missing): (Vec<_>, Vec<_>) = PROGRAMS.iter().partition(|it| it.is_there());
    let mut measured: Vec<Measured> = std::iter::once(ours.name.as_str())
        .chain(there.iter().map(|it| it.name))
        .map(|name| Measured {
            name: name.to_owned(),
            cpu: Vec::new(),
            wall: Vec::new(),
        })
        .collect();
    for _ in 0..context.rounds(ROUNDS) {
        let (cpu, wall) = (cpu::of_this_process(), Instant::now());
        runtime.block_on(ours.calls(CALLS));
        measured[0]
            .cpu
            .push(micros(cpu::of_this_process() - cpu) / amount(CALLS));
        measured[0].wall.push(micros(wall.elapsed()) / amount(CALLS));
        for (program, of_it) in there.iter().zip(&mut measured[1..]) {
            let (cpu, wall) = program.run(&context.server.url);
            of_it.cpu.push(cpu);
            of_it.wall.push(wall);
        }
    }
    let mut table = Table::new(["login", "CPU µs", "wall µs", "times ours, CPU"]);
    for it in &measured {
        table.row([
            it.name.clone(),
            format!("{:.1}", Spread::of(&it.cpu).median),
            format!("{:.1}", Spread::of(&it.wall).median),
            Spread::of_ratios(&it.cpu, &measured[0].cpu).ratio(),
        ]);
    }
    table.print();
    for program in missing {
        println!(
            "Not run: {} needs `{}` to succeed in {}.\n",
            program.name, program.needs, program.command[0]
        );
    }
}
