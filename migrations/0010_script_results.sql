CREATE TABLE "bedplate"."script_output" (
	"digest" text PRIMARY KEY NOT NULL,
	"content" text NOT NULL,
	"truncated" boolean NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."script_result" (
	"design" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"type" text collate "C" NOT NULL,
	"script" text collate "C" NOT NULL,
	"driver_instance" text collate "C" NOT NULL,
	"provider_id" text collate "C" NOT NULL,
	"outcome" text NOT NULL,
	"exit_status" integer,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"script_digest" text NOT NULL,
	"output_digest" text NOT NULL,
	"truncated" boolean NOT NULL,
	"job_id" text NOT NULL,
	"collected_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "script_result_key" PRIMARY KEY("design","node","type","script","driver_instance","provider_id")
);
--> statement-breakpoint
CREATE INDEX "script_result_output" ON "bedplate"."script_result" USING btree ("output_digest");--> statement-breakpoint
CREATE INDEX "script_result_collected" ON "bedplate"."script_result" USING btree ("collected_at");