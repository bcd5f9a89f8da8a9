#include "gateway/proxy/body/no_body.h"

#include "gateway/proxy/transaction.h"

namespace triad::gateway {

void NoBody::Begin() { transaction_.CallWith(transaction_.TakeFields()); }

}  // namespace triad::gateway
