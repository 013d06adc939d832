-- KEYS: the token
-- ARGV: its generation
if redis.call('HGET', KEYS[1], 'generation') == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
return 0
