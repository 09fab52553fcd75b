-- Traces that say nothing of ancestors are none: the next commit of each design makes them anew.
DELETE FROM "bedplate"."evaluation_state";--> statement-breakpoint
DELETE FROM "bedplate"."item_trace";--> statement-breakpoint
ALTER TABLE "bedplate"."item_trace" ADD COLUMN "ancestors" text[] NOT NULL;