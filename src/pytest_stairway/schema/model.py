"""What a database looks like: raw texts first, structure only where somebody asks."""

from __future__ import annotations
