"""What the emulator reaches outside itself: other AWS services through boto3, SMTP."""
