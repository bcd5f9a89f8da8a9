// `triad-storage move`: copies the blobs of a database to another store, while the service is
// stopped.
#pragma once

namespace triad::storage {

// Of the arguments from "move" on. Returns main's exit code: 0 if every blob is there, 1 after an
// error, 3 if those are not there that were damaged already; or ends the process, with 2 for a
// bad flag.
int MoveMain(int argc, char** argv);

}  // namespace triad::storage
