-- The token of an account, and how many milliseconds are left of its life by this server's clock.
-- KEYS: the token
local token = redis.call('HMGET', KEYS[1], 'generation', 'remaining', 'token')
return { token[1], token[2], token[3], redis.call('PTTL', KEYS[1]) }
