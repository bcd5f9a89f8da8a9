// The files of databases, as SQLite reads and writes them here.
#pragma once

namespace triad::db::sqlite {

// The name of SQLite's own way to them (its "VFS"), but that a page reaches the file of a
// database without what is left over in it: see OverwriteGap. The log has it as it is, until it
// is wiped. For sqlite3_open_v2; thread-safe.
const char* FilesWithoutGaps();

}  // namespace triad::db::sqlite
