-- Which learners an audit row lists, so that who looked at one learner is found without reading the
-- whole audit. Filled in the transaction that writes the row.

--sqlite: create table audit_learner (learner_id INTEGER not null, audit_id INTEGER not null references audit (id), primary key (learner_id, audit_id)) strict, without rowid;
--pg: create table audit_learner (learner_id BIGINT not null, audit_id BIGINT not null references audit (id), primary key (learner_id, audit_id));
--sqlite: insert into audit_learner (learner_id, audit_id) select distinct one.value, audit.id from audit, json_each('[' || replace(audit.learners, ' ', ',') || ']') as one where audit.learners <> '';
--pg: insert into audit_learner (learner_id, audit_id) select distinct cast(one as bigint), audit.id from audit, unnest(string_to_array(audit.learners, ' ')) as one where audit.learners <> '';
--sqlite: create trigger audit_learner_kept before update on audit_learner begin select raise(abort, 'audit rows are never changed'); end;
--sqlite: create trigger audit_learner_never_deleted before delete on audit_learner begin select raise(abort, 'audit rows are never changed'); end;
--pg: create trigger audit_learner_kept before update or delete on audit_learner for each row execute function refuse_change();
