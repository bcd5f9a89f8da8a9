-- Which keys secrets are sealed with, and what is sealed with one of them, in
-- the order in which it is sealed again with another.
CREATE INDEX versions_by_key_id ON versions (key_id, namespace, key, version) WHERE secret = 1;
