-- A wall's token can be revoked. Walls are named by a number that says nothing of the token.
alter table app.wall_tokens add column wall_id integer generated always as identity;
alter table app.wall_tokens add constraint wall_tokens_wall_id_key unique (wall_id);
alter table app.wall_tokens add column revoked_at timestamptz;
