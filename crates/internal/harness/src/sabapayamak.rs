use sabapayamak_auth::{Client, Credentials, TokenDays};

use crate::token::{CALLS, TokenCalls};
use crate::{Account, Arguments, Call, Calls, ClientOptions, ProviderHarness, Success};
use crate::{debug_texts, send, with_options};

const VIRTUAL_NUMBER: &str = "30001234";
const PATHS: [&str; 2] = ["api/v1/message", "api/v1/credit"];

#[derive(Debug)]
pub(crate) struct Sabapayamak;

impl ProviderHarness for Sabapayamak {
    fn name(&self) -> &'static str {
        "sabapayamak-auth"
    }

    fn calls(&self) -> &'static [Call] {
        &CALLS
    }

    fn account(&self) -> Account {
        let password = ("the password", "pL5/dR1+sT8 \"gX4\" =jC2");
        let token = ("the token", "yN3.kV7-bW0_mZ6~hQ9.fJ5");
        Account::new("saba", &[password], Some(token))
    }

    fn client(&self, account: &Account, options: &ClientOptions) -> Box<dyn Calls> {
        let builder = with_options!(Client::builder(), options);
        let parts = Credentials::builder().username(account.user.as_str());
        let parts = parts.password(account.secret(0));
        let mut texts = debug_texts("the builder", &builder);
        texts.extend(debug_texts("parts of the credentials", &parts));
        let client = builder.build().expect("a client");
        let credentials = parts.virtual_number(VIRTUAL_NUMBER).build().expect("credentials");
        let days = TokenDays::new(15).expect("fifteen days");
        let login = client.authenticate(&credentials, days);
        let rest = (&client, &credentials, &login);
        texts.extend(debug_texts("client, credentials, login", &rest));
        Box::new(TokenCalls {
            tokens: client.token_source(credentials, days),
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
    use payvand_sandbox::sabapayamak::{ReceivedMessage, SabapayamakShape, TokenKind};
    use payvand_sandbox::{Fault, RecordedRequest, Sandbox};

    use super::{Account, PATHS, Sabapayamak, VIRTUAL_NUMBER};
    use crate::token::sandbox_side::{effects, seen};
    use crate::{Effect, SandboxSide, Seen, Shape};

    impl SandboxSide for Sabapayamak {
        fn open(&self, sandbox: &Sandbox, account: &Account) {
            sandbox
                .sabapayamak()
                .add_account(account.user.as_str(), account.secret(0), VIRTUAL_NUMBER);
        }

        fn shapes(&self) -> Vec<Shape> {
            let new = SabapayamakShape::new;
            let named = |name, shape: SabapayamakShape| -> Shape {
                (
                    name,
                    Box::new(move |it: &Sandbox| it.sabapayamak().set_shape(shape)),
                )
            };
            vec![
                named("as documented", new()),
                named("as seen", new().camel_case().numbers().notice().http_statuses()),
            ]
        }

        fn effects(&self, sandbox: &Sandbox) -> Vec<Effect> {
            effects(sandbox.sabapayamak().messages().iter().map(ReceivedMessage::body))
        }

        fn seen(&self, request: &RecordedRequest) -> Option<Seen> {
            seen(request, "api/v1/user/authenticate", PATHS)
        }

        fn refused_token_beside_an_id(&self) -> Option<Fault> {
            let body = r#"{"status":"200","data":{"messageId":77},"errors":[{"code":401}]}"#;
            Some(Fault::answer(200, body))
        }

        fn set_token_kind(&self, sandbox: &Sandbox, kind: TokenKind) {
            sandbox.sabapayamak().set_token_kind(kind);
        }

        fn revoke_tokens(&self, sandbox: &Sandbox) {
            sandbox.sabapayamak().revoke_all();
        }
    }
}
