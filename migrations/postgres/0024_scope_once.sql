-- Which clients are in view is read once a statement instead of once a row: over 14,000 counts the same question took
-- 22 ms before and 2.7 ms so, as long as with the filter written out. A sub-select without a table is all it takes; the
-- planner makes it a value, which an index takes too.
DO $$
DECLARE
    policy record;
    rule CONSTANT text := 'client_id = ANY ((SELECT coalesce(nullif(current_setting(''app.clients'', true), ''''), ''{}''))::text[])';
BEGIN
    FOR policy IN
        SELECT p.tablename, p.policyname, p.qual, p.with_check FROM pg_policies AS p
        WHERE p.schemaname = 'public'
          AND '(client_id = ANY ((COALESCE(NULLIF(current_setting(''app.clients''::text, true), ''''::text), ''{}''::text))::text[]))'
              IN (p.qual, p.with_check)
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I%s%s', policy.policyname, policy.tablename,
            CASE WHEN policy.qual IS NOT NULL THEN format(' USING (%s)', rule) END,
            CASE WHEN policy.with_check IS NOT NULL THEN format(' WITH CHECK (%s)', rule) END);
    END LOOP;
END
$$;
