use smsafzar_auth::{Client, Credentials};

use crate::token::{CALLS, TokenCalls};
use crate::{Account, Arguments, Call, Calls, ClientOptions, ProviderHarness, Success};
use crate::{debug_texts, send, with_options};

const PATHS: [&str; 2] = ["messages/send", "account/balance"];

#[derive(Debug)]
pub(crate) struct Smsafzar;

impl ProviderHarness for Smsafzar {
    fn name(&self) -> &'static str {
        "smsafzar-auth"
    }

    fn calls(&self) -> &'static [Call] {
        &CALLS
    }

    fn account(&self) -> Account {
        let password = ("the password", "vF6%tB2&rM9\\ 'wD3' ?zK8");
        let token = ("the token", "cG1.xS4-nP7_lR0~dT5.jH2");
        Account::new("afzar-user", &[password], Some(token))
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(), options);
        let parts = Credentials::builder().username(account.user.as_str());
        let parts = parts.password(account.secret(0));
        let mut texts = debug_texts("the builder", &builder);
        texts.extend(debug_texts("parts of the credentials", &parts));
        let client = builder.build().expect("a client");
        let credentials = parts.build().expect("credentials");
        let login = client.authenticate(&credentials);
        let rest = (&client, &credentials, &login);
        texts.extend(debug_texts("client, credentials, login", &rest));
        Box::new(TokenCalls {
            tokens: client.token_source(credentials),
            paths: PATHS,
            authenticate: Box::new(move |arguments: &Arguments| send!(login.clone(), arguments, Success::of)),
            texts,
        })
    }

    #[cfg(feature = "sandbox")]
    fn sandbox_side(&self) -> &'static dyn crate::SandboxSide {
        &Self
    }
}

#[cfg(feature = "sandbox")]
mod sandbox_side {
    use std::time::Duration;

    use payvand_sandbox::smsafzar::{ReceivedMessage, TokenKind};
    use payvand_sandbox::{Fault, RecordedRequest, Sandbox};

    use super::{Account, PATHS, Smsafzar};
    use crate::token::sandbox_side::{effects, seen};
    use crate::{Effect, SandboxSide, Seen, Shape};

    impl SandboxSide for Smsafzar {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            let smsafzar = sandbox.smsafzar();
            let domain = payvand_sandbox::smsafzar::Smsafzar::DOMAIN;
            smsafzar.add_account(account.user.as_str(), account.secret(0), domain);
            // It is one limit for all accounts.
            smsafzar.set_rate_limit(None);
        }

        fn shapes(&self) -> Vec<Shape> {
            vec![("as documented", Box::new(|_| {}))]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            effects(sandbox.smsafzar().messages().iter().map(ReceivedMessage::body))
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            seen(request, "auth/token", PATHS)
        }

        fn refused_token_beside_an_id(&self) -> Option<Fault> {
            Some(Fault::answer(200, r#"{"errorCode":401,"messageIds":[5,6]}"#))
        }

        fn set_token_kind(&self, sandbox: &Sandbox, kind: TokenKind) {
            sandbox.smsafzar().set_token_kind(kind);
        }

        fn set_token_life(&self, sandbox: &Sandbox, life: Duration) {
            sandbox.smsafzar().set_token_life(life);
        }

        fn revoke_tokens(&self, sandbox: &Sandbox) {
            sandbox.smsafzar().revoke_all();
        }
    }
}
