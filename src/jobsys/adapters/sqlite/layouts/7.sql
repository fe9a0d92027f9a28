-- What a schedule does where fire times were missed, or the job before has not ended.
ALTER TABLE schedules ADD COLUMN policy TEXT NOT NULL DEFAULT '{}';
