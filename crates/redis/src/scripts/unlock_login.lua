-- KEYS: the login
-- ARGV: whose lock it is
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'owner', 'until')
end
return 0
