//! A plan as SQL that people read.

use super::{Plan, Safety, Step};

impl Plan {
    /// The statements, each step with what it does and, where it is not safe, what that means.
    pub fn up(&self) -> String {
        steps(&self.steps)
    }

    /// What takes it back; or why nothing does.
    pub fn down(&self) -> String {
        match &self.back {
            Ok(back) => steps(back),
            Err(reasons) => {
                let lines: Vec<String> = reasons.iter().map(|reason| format!("-- {reason}\n")).collect();
                format!("-- There is no way back:\n{}", lines.concat())
            }
        }
    }
}

fn steps(steps: &[Step]) -> String {
    let step = |step: &Step| {
        let mark = match step.safety {
            Safety::Safe => String::new(),
            other => format!(" ({other})"),
        };
        let statements: String = step.statements.iter().map(|statement| format!("{statement};\n")).collect();
        format!("-- {}{mark}\n{statements}", step.what)
    };
    steps.iter().map(step).collect::<Vec<_>>().join("\n")
}
