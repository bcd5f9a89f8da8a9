// Names of the files in an archive.
#pragma once

#include <string>
#include <vector>

#include "services/storage/zip/zip_format.h"

namespace triad::storage {

// Makes paths of what are names of objects, so that an unpacker puts each into a file of its own,
// and none outside of where it unpacks: no backslash and no drive's letter, which only some of
// them take for a part of a path; no two the same, and none that is a folder of another one. What
// would be gets a number. A name has no empty, `.` or `..` segment already.
void MakePaths(std::vector<ZipEntry*> entries);

}  // namespace triad::storage
