// What a lesson page adds to reading: the place one left off, checks answered on the spot.
// The page works without it.
