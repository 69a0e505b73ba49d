"""The command ``baicun``: thin; it asks the other rooms and shows what came of it."""
