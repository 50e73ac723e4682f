"""Tests of the user pool domain: endpoints, pages, branding."""
