// What forms say beside their fields.

export const zh = {
  form: "表单",
  optional: "（选填）",
  choose: "请选择",
  submit: "提交",
  over: "{title}（已提交或已过期）",
  unreadable: "这个表单无法显示，请直接输入文字说明，或转人工办理。",
  fault_missing: "请填写{label}",
  fault_phone: "请填写 11 位手机号码，或带区号的固定电话",
  fault_number: "请填写数字",
  fault_date: "请填写正确的日期",
  fault_choice: "请选择{label}",
  fault_too_long: "最多填写 {most} 个字",
};

export const en: Record<keyof typeof zh, string> = {
  form: "Form",
  optional: " (optional)",
  choose: "Please choose",
  submit: "Send",
  over: "{title} (sent or no longer open)",
  unreadable: "This form cannot be shown. Please describe it in words, or talk to a person.",
  fault_missing: "Please fill in: {label}",
  fault_phone: "Please give a mobile number of 11 digits, or a line with its area code",
  fault_number: "Please give a number",
  fault_date: "Please give a date that exists",
  fault_choice: "Please choose: {label}",
  fault_too_long: "At most {most} characters",
};
