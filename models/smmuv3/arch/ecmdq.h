// Enhanced Command queues: control pages and their registers.  Arm IHI 0070 G.b, 3.5.6, 6.2.5, 6.3.45 to 6.3.51,
// 6.3.107 to 6.3.109.
#pragma once
#include "smmuv3/arch/regs.h"

namespace smmu::arch {

struct Idr6 : Register<Idr6, 0x190> {                        // 6.3.45
    static constexpr F<19, 16, uint8_t>  CMDQ_CONTROL_PAGE_LOG2NUMQ{};    // queues a page
    static constexpr F<27, 24, uint8_t>  CMDQ_CONTROL_PAGE_LOG2NUMP{};    // pages
};

/// Where control page n is: offset from page 0.  The registers of page n are 32 * n bytes further on.
struct CmdqControlPageBase : Register<CmdqControlPageBase, 0x4000, uint64_t> {    // 6.3.49
    static constexpr B<     0>           CMDQ_CONTROL_PAGE_PRESET{};      // 1: registers, not memory
    static constexpr F< 2,  1, uint8_t>  CMDQGS{};                        // 0b01: 64 KiB
    static constexpr P<55, 16>           ADDR{};
};
struct CmdqControlPageCfg : Register<CmdqControlPageCfg, 0x4008> {        // 6.3.50
    static constexpr B<     0>           EN{};                            // RES1
};
struct CmdqControlPageStatus : Register<CmdqControlPageStatus, 0x400C> {  // 6.3.51
    static constexpr B<     0>           ENACK{};                         // RES1
};
constexpr unsigned control_page_stride = 32;

// Registers of one queue, from its place in the control page.

struct EcmdqBase : Register<EcmdqBase, 0x0, uint64_t> {      // 6.3.107
    static constexpr F< 4,  0, uint8_t>  LOG2SIZE{};
    static constexpr P<55,  5>           ADDR{};
    static constexpr B<    62>           RA{};
};
struct EcmdqProd : Register<EcmdqProd, 0x8> {                // 6.3.108
    static constexpr F<19,  0>           WR{};
    static constexpr B<    23>           ERRACK{};
    static constexpr B<    31>           EN{};
};
struct EcmdqCons : Register<EcmdqCons, 0xC> {                // 6.3.109
    static constexpr F<19,  0>           RD{};
    static constexpr B<    23>           ERR{};
    static constexpr F<26, 24, CommandError> ERR_REASON{};
    static constexpr B<    31>           ENACK{};
};

/// The queues of a page are spaced evenly.
constexpr unsigned ecmdq_stride(Idr6 idr6) {
    return register_page_size >> idr6[Idr6::CMDQ_CONTROL_PAGE_LOG2NUMQ];
}

}  // namespace smmu::arch
