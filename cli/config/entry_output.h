// Entries, as they are shown.
#pragma once

#include <string>
#include <vector>

#include "cli/output/style.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/session.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {

// Labels as "env=prod,team=web", in order of their keys.
std::string FormatLabels(const config::v1::Entry& entry);

// A value in a cell of a table: on one line, cut after 60 characters. Says if the entry is
// deleted or its value destroyed.
Cell ValueCell(const config::v1::Entry& entry);

// "string", or "secret".
std::string TypeOf(const config::v1::Entry& entry);

// All that is known of one entry, in the format of the session.
void WriteEntry(const Session& session, const config::v1::Entry& entry);

// What became of a write: one line, or the entry as a document.
void WriteWritten(const Session& session, const config::v1::Entry& entry);

// How git would show what differs. `before` and `after` say where each stands, such as
// "shop@12"; empty for an entry that is not there.
std::string FormatDifference(const config::v1::EntryDifference& difference,
                             const std::string& before, const std::string& after,
                             const Colours& colours);

}  // namespace triad::cli
