-- Who is told that something changed, and never what: notifications know no row-level security. Every change of a
-- client's rows moves the end of the client's audit chain in its transaction, so nothing that is recorded goes untold.
-- The payload is a number that the writing session made up, by which it knows its own changes (`store/feed`).

-- A client's channel. A hash, because a key may be longer than the name of a channel.
CREATE FUNCTION feed_client() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify(
        'kpi_client_' || left(encode(sha256(convert_to(NEW.client_id, 'UTF8')), 'hex'), 40),
        coalesce(current_setting('app.writer', true), '')
    );
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION feed_client FROM PUBLIC;
CREATE TRIGGER feed_client AFTER INSERT OR UPDATE ON t_audit_head
FOR EACH ROW EXECUTE FUNCTION feed_client();
CREATE TRIGGER feed_client AFTER UPDATE ON t_client
FOR EACH ROW EXECUTE FUNCTION feed_client();

-- A person's channel: their sessions are over, or their clients are others.
CREATE FUNCTION feed_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify(
        'kpi_person_' || left(encode(sha256(convert_to(CAST(NEW.user_id AS text), 'UTF8')), 'hex'), 40), ''
    );
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION feed_person FROM PUBLIC;
CREATE TRIGGER feed_person AFTER UPDATE ON t_user_account
FOR EACH ROW WHEN (
    NEW.session_version IS DISTINCT FROM OLD.session_version OR NEW.scope_version IS DISTINCT FROM OLD.scope_version
) EXECUTE FUNCTION feed_person();

-- The channel of those who keep accounts.
CREATE FUNCTION feed_accounts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('kpi_accounts', coalesce(current_setting('app.writer', true), ''));
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION feed_accounts FROM PUBLIC;
CREATE TRIGGER feed_accounts AFTER UPDATE ON t_account_audit_head
FOR EACH ROW EXECUTE FUNCTION feed_accounts();

-- Everybody's channel, for what all clients share. A new product is seen by nobody before it is linked to a client.
CREATE FUNCTION feed_plant() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('kpi_plant', coalesce(current_setting('app.writer', true), ''));
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION feed_plant FROM PUBLIC;
CREATE TRIGGER feed_plant AFTER UPDATE ON t_product
FOR EACH ROW EXECUTE FUNCTION feed_plant();
CREATE TRIGGER feed_plant AFTER INSERT OR UPDATE ON t_shift
FOR EACH ROW EXECUTE FUNCTION feed_plant();
CREATE TRIGGER feed_plant AFTER INSERT OR UPDATE ON t_floating_pool
FOR EACH ROW EXECUTE FUNCTION feed_plant();
