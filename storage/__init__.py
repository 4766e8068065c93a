"""Keep clean pairs, decisions and their proof: the only folder that knows SQLAlchemy and boto3."""
