CREATE SCHEMA "bedplate";
--> statement-breakpoint
CREATE TABLE "bedplate"."audit" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"caller" text NOT NULL,
	"method" text NOT NULL,
	"subject" text NOT NULL,
	"peer" text NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."change" (
	"id" text PRIMARY KEY NOT NULL,
	"design" text collate "C" NOT NULL,
	"layers" jsonb NOT NULL,
	"base_revision" bigint NOT NULL,
	"request_id" text NOT NULL,
	"message" text NOT NULL,
	"author" text NOT NULL,
	"revision" bigint,
	"changed" boolean,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bedplate"."change_diagnostic" (
	"change_id" text NOT NULL,
	"layer" text collate "C" NOT NULL,
	"identity" text NOT NULL,
	"ordinal" integer NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "change_diagnostic_change_id_layer_identity_pk" PRIMARY KEY("change_id","layer","identity")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."change_document" (
	"change_id" text NOT NULL,
	"layer" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"digest" text NOT NULL,
	"spec" jsonb NOT NULL,
	"source" jsonb NOT NULL,
	"location" jsonb NOT NULL,
	"part" text NOT NULL,
	"form" text NOT NULL,
	"complete" boolean NOT NULL,
	"conversions" jsonb NOT NULL,
	"deleted" boolean NOT NULL,
	CONSTRAINT "change_document_change_id_layer_kind_name_pk" PRIMARY KEY("change_id","layer","kind","name")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."counter" (
	"stream" text collate "C" PRIMARY KEY NOT NULL,
	"value" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."design" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"valid" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."layer" (
	"design" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"from_revision" bigint NOT NULL,
	"to_revision" bigint,
	"role" text NOT NULL,
	"rank" integer NOT NULL,
	"owns" jsonb NOT NULL,
	"may_reference_secrets" boolean NOT NULL,
	"allow_secret_literals" boolean NOT NULL,
	CONSTRAINT "layer_design_name_from_revision_pk" PRIMARY KEY("design","name","from_revision")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."revision" (
	"design" text collate "C" NOT NULL,
	"number" bigint NOT NULL,
	"valid" boolean NOT NULL,
	"author" text NOT NULL,
	"message" text NOT NULL,
	"layers" jsonb NOT NULL,
	"error_count" integer NOT NULL,
	"warning_count" integer NOT NULL,
	"counters" jsonb NOT NULL,
	"resolver_version" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revision_design_number_pk" PRIMARY KEY("design","number")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."document" (
	"design" text collate "C" NOT NULL,
	"layer" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"digest" text NOT NULL,
	"spec" jsonb NOT NULL,
	"source" jsonb NOT NULL,
	"location" jsonb NOT NULL,
	"part" text NOT NULL,
	"form" text NOT NULL,
	"complete" boolean NOT NULL,
	"conversions" jsonb NOT NULL,
	"from_revision" bigint NOT NULL,
	"to_revision" bigint,
	CONSTRAINT "document_design_layer_kind_name_from_revision_pk" PRIMARY KEY("design","layer","kind","name","from_revision")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."driver_instance" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"plugin" text NOT NULL,
	"endpoint" text NOT NULL,
	"options" jsonb NOT NULL,
	"secrets" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."diagnostic" (
	"design" text collate "C" NOT NULL,
	"identity" text NOT NULL,
	"from_revision" bigint NOT NULL,
	"to_revision" bigint,
	"origin" text NOT NULL,
	"layer" text collate "C" NOT NULL,
	"severity" smallint NOT NULL,
	"uri" text collate "C" NOT NULL,
	"line" integer NOT NULL,
	"column" integer NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "diagnostic_design_identity_from_revision_pk" PRIMARY KEY("design","identity","from_revision")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."effective_item" (
	"design" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"from_revision" bigint NOT NULL,
	"to_revision" bigint,
	"digest" text NOT NULL,
	"tree" jsonb NOT NULL,
	"inputs" jsonb NOT NULL,
	"resolver_version" text NOT NULL,
	CONSTRAINT "effective_item_design_kind_name_from_revision_pk" PRIMARY KEY("design","kind","name","from_revision")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."event" (
	"design" text collate "C" NOT NULL,
	"sequence" bigint NOT NULL,
	"job_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"change" jsonb NOT NULL,
	CONSTRAINT "event_design_sequence_pk" PRIMARY KEY("design","sequence")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."job" (
	"id" text PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"design" text collate "C" NOT NULL,
	"revision" bigint NOT NULL,
	"action" text NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"author" text NOT NULL,
	"request_id" text NOT NULL,
	"options" jsonb NOT NULL,
	"cancel_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bedplate"."task" (
	"job_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"step_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text collate "C" NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"percent" smallint NOT NULL,
	"attempt" integer NOT NULL,
	"precondition" text NOT NULL,
	"waiting_for" text NOT NULL,
	"waiting_until" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "task_job_id_sequence_pk" PRIMARY KEY("job_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."node_lease" (
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"job_id" text NOT NULL,
	"holder" text NOT NULL,
	"epoch" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "node_lease_design_node_pk" PRIMARY KEY("design","node")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."replica" (
	"id" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."as_built" (
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"manifest" jsonb NOT NULL,
	"digest" text NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "as_built_design_node_pk" PRIMARY KEY("design","node")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."node_status" (
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"phase" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"last_job_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"addresses" jsonb NOT NULL,
	"hardware_verdict" text NOT NULL,
	"hardware_differences" jsonb NOT NULL,
	"deployed_spec_digest" text NOT NULL,
	"called_in_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "node_status_design_node_pk" PRIMARY KEY("design","node")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."node_token" (
	"token_sha256" text PRIMARY KEY NOT NULL,
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"job_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."plan" (
	"id" text PRIMARY KEY NOT NULL,
	"design" text collate "C" NOT NULL,
	"revision" bigint NOT NULL,
	"action" text NOT NULL,
	"digest" text NOT NULL,
	"header" jsonb NOT NULL,
	"basis" jsonb NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."plan_step" (
	"plan_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"step_id" text NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "plan_step_plan_id_sequence_pk" PRIMARY KEY("plan_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."sealed_secret" (
	"scope" text collate "C" NOT NULL,
	"id" text NOT NULL,
	"sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sealed_secret_scope_id_pk" PRIMARY KEY("scope","id")
);
--> statement-breakpoint
ALTER TABLE "bedplate"."change_diagnostic" ADD CONSTRAINT "change_diagnostic_change_id_change_id_fk" FOREIGN KEY ("change_id") REFERENCES "bedplate"."change"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bedplate"."change_document" ADD CONSTRAINT "change_document_change_id_change_id_fk" FOREIGN KEY ("change_id") REFERENCES "bedplate"."change"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bedplate"."task" ADD CONSTRAINT "task_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "bedplate"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bedplate"."plan_step" ADD CONSTRAINT "plan_step_plan_id_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "bedplate"."plan"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "change_request" ON "bedplate"."change" USING btree ("design","request_id");--> statement-breakpoint
CREATE INDEX "change_opened" ON "bedplate"."change" USING btree ("opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX "layer_current" ON "bedplate"."layer" USING btree ("design","name") WHERE "bedplate"."layer"."to_revision" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "document_current" ON "bedplate"."document" USING btree ("design","layer","kind","name") WHERE "bedplate"."document"."to_revision" is null;--> statement-breakpoint
CREATE INDEX "document_item" ON "bedplate"."document" USING btree ("design","kind","name");--> statement-breakpoint
CREATE UNIQUE INDEX "diagnostic_current" ON "bedplate"."diagnostic" USING btree ("design","identity") WHERE "bedplate"."diagnostic"."to_revision" is null;--> statement-breakpoint
CREATE INDEX "diagnostic_severity" ON "bedplate"."diagnostic" USING btree ("design","severity");--> statement-breakpoint
CREATE UNIQUE INDEX "effective_item_current" ON "bedplate"."effective_item" USING btree ("design","kind","name") WHERE "bedplate"."effective_item"."to_revision" is null;--> statement-breakpoint
CREATE INDEX "event_job" ON "bedplate"."event" USING btree ("job_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "job_request" ON "bedplate"."job" USING btree ("plan_id","request_id");--> statement-breakpoint
CREATE INDEX "job_newest" ON "bedplate"."job" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "job_state" ON "bedplate"."job" USING btree ("state");--> statement-breakpoint
CREATE UNIQUE INDEX "task_step" ON "bedplate"."task" USING btree ("job_id","step_id");--> statement-breakpoint
CREATE INDEX "task_state" ON "bedplate"."task" USING btree ("state");--> statement-breakpoint
CREATE INDEX "node_lease_job" ON "bedplate"."node_lease" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "node_token_expiry" ON "bedplate"."node_token" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "plan_newest" ON "bedplate"."plan" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "plan_design" ON "bedplate"."plan" USING btree ("design","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_step_id" ON "bedplate"."plan_step" USING btree ("plan_id","step_id");