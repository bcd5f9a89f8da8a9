// How an entry is written in the formats that have members; EntryForm reads it.
#pragma once

#include <nlohmann/json.hpp>

#include "services/config/model/entry.h"

namespace triad::config {

// Its value alone, if there is nothing else to say, or an object. Numbers with a fraction or an
// exponent are doubles.
nlohmann::ordered_json WrittenForm(const Entry& entry);

}  // namespace triad::config
