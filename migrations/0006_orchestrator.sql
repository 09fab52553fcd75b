CREATE TABLE "bedplate"."node_drift" (
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"revision" bigint NOT NULL,
	"job_id" text NOT NULL,
	"compared_at" timestamp with time zone DEFAULT now() NOT NULL,
	"differences" jsonb NOT NULL,
	"difference_count" integer NOT NULL,
	CONSTRAINT "node_drift_design_node_pk" PRIMARY KEY("design","node")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."job_group" (
	"job_id" text NOT NULL,
	"name" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"depends_on" jsonb NOT NULL,
	"failure" jsonb NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "job_group_job_id_name_pk" PRIMARY KEY("job_id","name")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."job_node" (
	"job_id" text NOT NULL,
	"node" text collate "C" NOT NULL,
	"design" text collate "C" NOT NULL,
	"group_name" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"rack" text NOT NULL,
	"driver" text NOT NULL,
	"bmc" text NOT NULL,
	"approved" boolean NOT NULL,
	"state" text NOT NULL,
	"message" text NOT NULL,
	"holder" text DEFAULT '' NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "job_node_job_id_node_pk" PRIMARY KEY("job_id","node")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."schedule" (
	"design" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"action" text NOT NULL,
	"selector" jsonb NOT NULL,
	"interval_seconds" integer NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"last_job_id" text DEFAULT '' NOT NULL,
	"last_message" text DEFAULT '' NOT NULL,
	CONSTRAINT "schedule_design_name_pk" PRIMARY KEY("design","name")
);
--> statement-breakpoint
ALTER TABLE "bedplate"."event" ADD COLUMN "task" integer;--> statement-breakpoint
ALTER TABLE "bedplate"."event" ADD COLUMN "node" text collate "C";--> statement-breakpoint
ALTER TABLE "bedplate"."job" ADD COLUMN "policy" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."job" ADD COLUMN "paused" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."job" ADD COLUMN "released" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."job" ADD COLUMN "retry_of" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."task" ADD COLUMN "waiting_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bedplate"."task" ADD COLUMN "input_digest" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."node_status" ADD COLUMN "phase_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bedplate"."plan" ADD COLUMN "expires_at" timestamp with time zone DEFAULT now() + interval '1 day' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."job_group" ADD CONSTRAINT "job_group_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "bedplate"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bedplate"."job_node" ADD CONSTRAINT "job_node_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "bedplate"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_node_turn" ON "bedplate"."job_node" USING btree ("job_id","state","position");--> statement-breakpoint
CREATE INDEX "job_node_at_work" ON "bedplate"."job_node" USING btree ("design","node") WHERE state = 'RUNNING';--> statement-breakpoint
CREATE INDEX "schedule_next" ON "bedplate"."schedule" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "event_task" ON "bedplate"."event" USING btree ("job_id","task","sequence") WHERE task is not null;--> statement-breakpoint
CREATE INDEX "event_node" ON "bedplate"."event" USING btree ("design","node","sequence") WHERE node is not null;