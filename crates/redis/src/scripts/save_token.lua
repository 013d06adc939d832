-- Saves a token and ends the lock of its login, unless another login has begun since.
-- KEYS: the token, the login
-- ARGV: generation, how many milliseconds are left of its life (empty if nobody knows), the token
if redis.call('HGET', KEYS[2], 'generation') ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'remaining', ARGV[2], 'token', ARGV[3])
if ARGV[2] == '' then
    redis.call('PERSIST', KEYS[1])
else
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
redis.call('HDEL', KEYS[2], 'owner', 'until')
return 1
