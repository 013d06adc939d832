<?php

// openapi-generator's php.

require 'GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    [, , $contract, $name] = explode('\\', $class, 4) + ['', '', '', ''];
    $file = __DIR__ . '/made/' . strtolower($contract) . '/lib/' . strtr($name, '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

/** The addresses, accounts and texts of the run. */
$v = json_decode(getenv('VALUES'), true);

/** Says what a call gave its caller. */
function report(string $call, callable $ask): mixed
{
    try {
        $outcome = $ask();
    } catch (Throwable $error) {
        $outcome = 'raised ' . (new ReflectionClass($error))->getShortName();
    }
    $printed = is_bool($outcome) ? ($outcome ? 'true' : 'false') : (string) $outcome;
    echo json_encode([$call, $printed], JSON_UNESCAPED_UNICODE), "\n";
    return $outcome;
}

/** An API of the client that was made for a provider. */
function api(string $provider, string $name, string $token = ''): object
{
    global $v;
    $made = "Payvand\\Made\\$provider";
    $configuration = (new ("$made\\Configuration")())->setHost($v['url'])->setAccessToken($token);
    return new ("$made\\Api\\$name")(null, $configuration);
}

function aparat(bool $alone = false): void
{
    global $v;
    $api = api('Aparat', 'PanelApi');
    $order = ['link' => $v['link'], 'count' => 50, 'type' => 'like'];
    $ask = fn (array $query = [], ?string $token = null) => $api->panel($token ?? $v['aparat_token'], ...$query);
    if ($alone) {
        report('order', fn () => $ask($order)->getUniqid());
        return;
    }
    report('account', fn () => $ask()->getBalance());
    report('account refused', fn () => $ask([], 'nobody')->getMessage());
    $uniqid = report('order', fn () => $ask($order)->getUniqid());
    report('order refused', fn () => $ask(['count' => 100] + $order, $v['aparat_poor_token'])->getMessage());
    report('order_status', fn () => $ask(['uniqid' => $uniqid])->getState());
    report('order_status refused', fn () => $ask(['uniqid' => 'none'])->getMessage());
}

function ask(int $product, array $fields = [], ?string $key = null): mixed
{
    global $v;
    $api = api('Podlink', 'GatewayApi');
    return $api->doServiceCall($v['pod_token'], '1', $product, $key ?? $v['pod_key'], ...$fields);
}

/** The product's answer out of POD's envelope, which is an object or a string of JSON, as an array. */
function call(int $product, array $fields = [], ?string $key = null): array
{
    $inner = ask($product, $fields, $key)->getResult()->getResult();
    return json_decode(is_string($inner) ? $inner : json_encode($inner), true);
}

function podlink(): void
{
    global $v;
    $add = ['url_or_content' => $v['text'], 'shorten_object_kind' => 'content'];
    $hash = report('add_link', fn () => call(46410, $add)['result']['hash']);
    $link = ['hash' => $hash];
    $none = ['hash' => 'none'];
    report('add_link refused', fn () => call(46410, $add + $link)['code']);
    report('visit', fn () => ask(46411, $link));
    report('visit refused', fn () => call(46411, $none)['code']);
    $list = ['order_asc' => false, 'search_sub_string' => $v['word']];
    report('list_links', fn () => call(46412, $list)['result']['totalCount']);
    report('list_links refused', fn () => call(46412, $list, 'none')['code']);
    $switch = ['set_status' => 'deactive'];
    report('set_status', fn () => call(46413, $switch + $link)['result']);
    report('set_status refused', fn () => call(46413, $switch + $none)['code']);
    report('click_stats', fn () => call(46414, ['kind' => 'month'] + $link)['result']['totalCount']);
    report('click_stats refused', fn () => call(46414, ['kind' => 'month'] + $none)['code']);
}

/** A visit to a link elsewhere; what comes back does not matter. */
function redirect(): void
{
    global $v;
    $add = ['url_or_content' => $v['elsewhere'], 'shorten_object_kind' => 'link'];
    $added = call(46410, $add);
    report('add_link', fn () => $added['code']);
    report('visit', fn () => ask(46411, ['hash' => $added['result']['hash']]));
}

/** An absent optional field, given as nothing. */
function absent(): void
{
    global $v;
    $add = ['url_or_content' => $v['text'], 'shorten_object_kind' => 'content', 'tags' => null];
    report('add_link', fn () => call(46410, $add)['code']);
}

function sabapayamak(): void
{
    global $v;
    $api = api('Sabapayamak', 'LoginApi');
    $login = function (string $password) use ($api, $v) {
        $login = (new Payvand\Made\Sabapayamak\Model\Login())->setUsername($v['saba_username'])->setPassword($password);
        $login->setVirtualNumber($v['saba_number'])->setTokenValidDay(15);
        return $api->authenticate($login);
    };
    report('authenticate', function () use ($login, $v) {
        $session = (array) $login($v['saba_password'])->getData();
        return gettype($session['token'] ?? $session['Token']);
    });
    report('authenticate refused', function () use ($login) {
        try {
            return $login('wrong-password')->getErrors()[0]->getCode();
        } catch (Payvand\Made\Sabapayamak\ApiException $error) {
            return $error->getResponseObject()->getErrors()[0]->getCode();
        }
    });
}

function smsafzar(bool $numbers = false): void
{
    global $v;
    $api = api('Smsafzar', 'LoginApi');
    $login = function (string $password) use ($api, $v) {
        $login = (new Payvand\Made\Smsafzar\Model\Login())->setUserName($v['afzar_username'])->setPassword($password);
        return $api->authenticate($login->setDomain($v['afzar_domain']));
    };
    $code = function (string $password) use ($login) {
        try {
            return $login($password);
        } catch (Payvand\Made\Smsafzar\ApiException $error) {
            return $error->getResponseObject()->getErrorCode();
        }
    };
    if ($numbers) {
        report('authenticate refused', fn () => $code($v['afzar_password']));
        return;
    }
    report('authenticate', fn () => gettype($login($v['afzar_password'])->getToken()));
    report('authenticate refused', fn () => $code('wrong-password'));
}

function smsafzarApi(): void
{
    global $v;
    $token = '';
    report('authenticate', function () use (&$token, $v) {
        $login = (new Payvand\Made\Smsafzar\Model\Login())->setUserName($v['afzar_username']);
        $login->setPassword($v['afzar_password'])->setDomain($v['afzar_domain']);
        $token = api('Smsafzar', 'LoginApi')->authenticate($login)->getToken();
        return gettype($token);
    });
    $sms = api('SmsafzarApi', 'SmsApi', $token);
    $made = 'Payvand\\Made\\SmsafzarApi\\Model\\';
    $message = ['sender_number' => $v['line'], 'recipient_number' => $v['mobile'], 'content' => $v['text']];
    $id = report('send', fn () => $sms->send(new ($made . 'Message')($message))->getSentMessageIdes()[0]);
    $batch = '';
    report('send_bulk', function () use ($sms, $made, $v, &$batch) {
        $numbers = ['sender_numbers' => [$v['line']], 'recipient_numbers' => [$v['mobile'], '09350000000']];
        $bulk = new ($made . 'Bulk')($numbers + ['contents' => ['سلام'], 'send_timestamp' => 4102444800]);
        $sent = $sms->sendBulk($bulk);
        $batch = (string) $sent->getBatchId();
        return count($sent->getSentMessageIdes());
    });
    report('cancel', fn () => $sms->cancel($batch) ? 'done' : 'not done');
    report('cancel refused', function () use ($sms) {
        try {
            return $sms->cancel('none');
        } catch (Payvand\Made\SmsafzarApi\ApiException $error) {
            return $error->getResponseObject()->getErrorCode();
        }
    });
    $code = new ($made . 'TemplateParameter')(['name' => 'code', 'value' => '۱۲۳۴']);
    $template = ['recipient_number' => $v['mobile'], 'template_id' => $v['template'], 'parameters' => [$code]];
    $template = new ($made . 'Template')($template);
    report('send_template', fn () => count($sms->sendTemplate($template)->getSentMessageIdes()));
    $query = new ($made . 'StatusQuery')(['sent_message_ides' => [$id]]);
    report('status', fn () => count(((array) $sms->status($query))['messages']));
    report('received', fn () => count(((array) $sms->received(5))['messages']));
    report('balance', fn () => $sms->balance()->getUnit());
}

function sabapayamakApi(): void
{
    global $v;
    $token = '';
    report('authenticate', function () use (&$token, $v) {
        $login = (new Payvand\Made\Sabapayamak\Model\Login())->setUsername($v['saba_username']);
        $login->setPassword($v['saba_password'])->setVirtualNumber($v['saba_number'])->setTokenValidDay(15);
        $session = (array) api('Sabapayamak', 'LoginApi')->authenticate($login)->getData();
        $token = $session['token'] ?? $session['Token'];
        return gettype($token);
    });
    $sms = api('SabapayamakApi', 'SmsApi', $token);
    $span = [$v['first'], $v['last']];
    $line = $v['saba_number'];
    $count = fn ($envelope) => count((array) $envelope->getData());
    $message = ['text' => $v['text'], 'numbers' => [$v['mobile']]];
    $message = new Payvand\Made\SabapayamakApi\Model\Message($message);
    $id = report('send', function () use ($sms, $message) {
        $sent = (array) $sms->send($message)->getData();
        return $sent['Id'] ?? $sent['id'];
    });
    report('messages', fn () => $count($sms->messages(...$span)));
    report('message', fn () => $sms->message((string) $id)->getStatus());
    report('messages_of_line', fn () => $count($sms->messagesOfLine($line)));
    report('deliveries', fn () => $count($sms->deliveries((string) $id)));
    report('credit', fn () => $sms->credit()->getStatus());
    report('credits', fn () => $count($sms->credits(...$span)));
    report('latest_credits', fn () => $count($sms->latestCredits('5')));
    report('received', fn () => $count($sms->received(...$span)));
    report('received_by_id', fn () => $sms->receivedById('1')->getStatus());
    report('received_on_line', fn () => $count($sms->receivedOnLine($line)));
    report('unread_between', fn () => $count($sms->unreadBetween(...$span)));
    report('unread', fn () => $count($sms->unread()));
    report('unread_on_line', fn () => $count($sms->unreadOnLine($line)));
}

match ($argv[1]) {
    'aparat' => aparat(),
    'text/html', 'broken' => aparat(true),
    'podlink' => podlink(),
    'redirect' => redirect(),
    'absent' => absent(),
    'sabapayamak' => sabapayamak(),
    'smsafzar' => smsafzar(),
    'numbers' => smsafzar(true),
    'smsafzar-api' => smsafzarApi(),
    'sabapayamak-api' => sabapayamakApi(),
};
