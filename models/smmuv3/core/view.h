// What the SMMU is at the moment of an access.  Nothing here changes by translating, but a memo that
// nobody can tell: what a translation leaves behind goes through its Recorder.
#pragma once
#include "smmuv3/core/config_cache.h"
#include "smmuv3/core/memos.h"
#include "smmuv3/core/stream_table.h"
#include "smmuv3/core/tlb.h"
#include "smmuv3/core/walk_cache.h"

namespace smmu::core {

struct View {
    const Features& features;
    bool enabled;            ///< CR0ACK.SMMUEN
    bool record_bad_stream;  ///< CR2.RECINVSID
    bool e2h;                ///< CR2.E2H
    arch::Gbpa gbpa;         ///< used while not enabled
    StreamTable stream_table;
    const ConfigCache& configs;
    const Tlb& tlb;
    const WalkCaches* walk_caches = nullptr;  ///< nullptr: every walk reads all its descriptors
    bool check_translated = false;            ///< CR0ACK.ATSCHK
    bool record_ats_errors = false;           ///< CR2.REC_CFG_ATS
    Memos* memos = nullptr;                   ///< nullptr: all is worked out anew
};

}  // namespace smmu::core
