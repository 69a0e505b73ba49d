"""The register of candidate villages (备选村名册): its columns, its checks, eligibility, money and a synthetic twin."""
