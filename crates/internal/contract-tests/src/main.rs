//! Makes clients of the contracts with other people's generators, has a program for each make every call against the
//! sandbox, and compares what arrived and what the program was told with what should be. What a tool cannot do is a row
//! of `docs/openapi/generators.md`, and must be so still.

mod arrived;
mod known;
mod plan;
mod tool;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use payvand_sandbox::aparat::AparatShape;
use payvand_sandbox::smsafzar::Smsafzar;
use payvand_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::known::Known;
use crate::plan::{Plan, Run, Values, filled};
use crate::tool::Tool;

/// The arguments are where openapi-generator's and openapi-typescript's programs are; the other tools stand beside them.
#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (python, node) = arguments
        .next()
        .zip(arguments.next())
        .context("two paths are needed")?;
    let (plan, mut known, mut problems) = (Plan::read()?, Known::read()?, Vec::new());
    for generator in plan.tools {
        let tool = Tool::new(generator, &python, &node)?;
        if let Some(why) = tool.missing() {
            known.forget(tool.name());
            println!("{:<30} SKIPPED: {why}", tool.name());
            continue;
        }
        if let Err(error) = tool.make().await {
            known.forget(tool.name());
            problems.push(format!("{}: {error:#}", tool.name()));
            println!("{:<30} WRONG: its program is not made", tool.name());
            continue;
        }
        let mut cells = Vec::new();
        for run in &plan.runs {
            let found = check(&tool, run, plan.values.clone(), &mut known).await;
            let found = found.unwrap_or_else(|error| Found {
                problems: vec![format!("{error:#}")],
                rows: 0,
            });
            let cell = match (&found.problems[..], found.rows) {
                ([], 0) => "ok",
                ([], _) => "as known",
                _ => "WRONG",
            };
            cells.push(format!("{} {cell}", run.name));
            let place = |it| format!("{}, {}: {it}", tool.name(), run.name);
            problems.extend(found.problems.into_iter().map(place));
        }
        println!("{:<30} {}", tool.name(), cells.join(" · "));
    }
    problems.extend(known.unseen());
    eprintln!("{}", problems.join("\n"));
    Ok(ExitCode::from(u8::from(!problems.is_empty())))
}

#[derive(Default)]
struct Found {
    problems: Vec<String>,
    /// How many calls went as a row of the page says.
    rows: usize,
}

async fn check(tool: &Tool, run: &Run, mut values: Values, known: &mut Known) -> Result<Found> {
    let (sandbox, elsewhere) = (Sandbox::start().await?, Sandbox::start().await?);
    prepare(run, &sandbox, &values);
    values.insert("url".to_owned(), sandbox.url().to_owned());
    values.insert("elsewhere".to_owned(), format!("{}/elsewhere", elsewhere.url()));
    let printed = tool.run(&run.name, &json!(values).to_string()).await?;

    let order = sandbox.aparat().orders().first().map(|it| it.id().to_owned());
    let link = sandbox.podlink().links().first().map(|it| it.hash().to_owned());
    values.insert("id".to_owned(), order.unwrap_or_default());
    values.insert("hash".to_owned(), link.unwrap_or_default());
    let afzar = sandbox.smsafzar().sent_messages();
    let batch = |at: usize| afzar.get(at).map(|it| it.batch().to_string());
    values.insert("batch".to_owned(), batch(1).unwrap_or_default());
    values.insert(
        "sms".to_owned(),
        afzar.first().map(Smsafzar::id_of).unwrap_or_default(),
    );
    let saba = sandbox.sabapayamak().sent_messages();
    let message = saba.first().map(|it| it.batch().to_string());
    values.insert("message".to_owned(), message.unwrap_or_default());
    let followed = elsewhere.requests();
    let leaves = followed.iter().any(|it| it.header("_token_").is_some());
    let mut arrived = arrived::of(&sandbox);
    let lines = printed.lines().map(serde_json::from_str::<(String, String)>);
    let mut said = lines.collect::<Result<Vec<_>, _>>().context(printed.clone())?;
    if let ("redirect", Some(visit)) = (&*run.name, said.last_mut()) {
        visit.1 = format!("the token {}", if leaves { "leaves" } else { "stays" });
    }

    if let ("broken", Some(order)) = (&*run.name, said.last_mut()) {
        order.1 = format!("orders: {}", sandbox.aparat().orders().len());
        arrived.truncate(1);
    }

    let mut found = Found::default();
    let counts = [said.len(), arrived.len()];
    ensure!(counts == [run.calls.len(); 2], "{said:?} {arrived:?}");
    for ((call, (name, said)), (line, arguments)) in run.calls.iter().zip(said).zip(arrived) {
        let mut problem = |it| found.problems.push(format!("{}: {it}", call.name));
        let should = (run.request(call, &values), run.arguments(call, &values));
        let mut row = known.outcome(tool.name(), &run.name, &call.name);
        let differs = arrived::difference(&arguments, &should.1);
        if line != should.0 || (!differs.is_empty() && row.take_if(|it| *it == differs).is_none()) {
            problem(format!("{line} arrived, {differs}"));
        }
        let told = row
            .as_ref()
            .map_or_else(|| filled(&call.told, &values), Clone::clone);
        if name != call.name || said != told {
            problem(format!("{name} was told {said:?}, not {told:?}"));
        }
        found.rows += usize::from(row.is_some() || !differs.is_empty());
    }
    Ok(found)
}

fn prepare(run: &Run, sandbox: &Sandbox, values: &Values) {
    sandbox.smsafzar().set_rate_limit(None);
    sandbox
        .sabapayamak()
        .receive(&values["mobile"], &values["saba_number"], &values["text"]);
    if run.name != "text/html" {
        sandbox
            .aparat()
            .set_shape(AparatShape::new().content_type("application/json"));
    }
    if run.name == "broken" {
        sandbox.aparat().fail_next_n(9, Fault::close().after_processing());
    }
    if run.name == "numbers" {
        let body = format!(r#"{{"errorCode":{},"errorMessage":""}}"#, values["long"]);
        let refusal = Fault::answer(500, body).header("content-type", "application/json");
        sandbox.smsafzar().fail_next(refusal);
    }
}
