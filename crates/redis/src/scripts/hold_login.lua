-- Goes on holding a lock, or ends it.
-- KEYS: the login
-- ARGV: whose lock it is, for how many milliseconds from now on
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
    return 0
end
if ARGV[2] == '0' then
    redis.call('HDEL', KEYS[1], 'owner', 'until')
else
    local time = redis.call('TIME')
    redis.call('HSET', KEYS[1], 'until', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2])
end
return 1
