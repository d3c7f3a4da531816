// Names of errors.
#include "sw_stubs/driver/error_text.h"

namespace smmu::sw {

using arch::CommandError;
using arch::Gerror;

const char* name(CommandError reason) {
    switch (reason) {
        case CommandError::None: return "CERROR_NONE";
        case CommandError::Illegal: return "CERROR_ILL";
        case CommandError::Abort: return "CERROR_ABT";
        case CommandError::AtcInvSync: return "CERROR_ATC_INV_SYNC";
    }
    return nullptr;
}

ErrorText describe(const Gerror& active, CommandError reason) {
    ErrorText text;
    const auto tell = [&](bool is_active, const char* error) {
        if (!is_active) return;
        if (text.length() != 0) text.add(", ");
        text.add(error);
    };
    tell(active[Gerror::CMDQ_ERR], "CMDQ_ERR");
    if (active[Gerror::CMDQ_ERR]) {
        const char* const known = name(reason);
        text.add(" (");
        if (known != nullptr)
            text.add(known);
        else
            text.add("reason ").hex(static_cast<uint8_t>(reason));
        text.add(')');
    }
    tell(active[Gerror::EVENTQ_ABT_ERR], "EVENTQ_ABT_ERR");
    tell(active[Gerror::PRIQ_ABT_ERR], "PRIQ_ABT_ERR");
    tell(active[Gerror::MSI_CMDQ_ABT_ERR], "MSI_CMDQ_ABT_ERR");
    tell(active[Gerror::MSI_EVENTQ_ABT_ERR], "MSI_EVENTQ_ABT_ERR");
    tell(active[Gerror::MSI_PRIQ_ABT_ERR], "MSI_PRIQ_ABT_ERR");
    tell(active[Gerror::MSI_GERROR_ABT_ERR], "MSI_GERROR_ABT_ERR");
    tell(active[Gerror::SFM_ERR], "SFM_ERR");
    return text;
}

}  // namespace smmu::sw
