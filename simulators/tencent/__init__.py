"""What the stand-ins of Tencent's services share: cipher, envelope, pushes with their repeats, faults, the clock."""
