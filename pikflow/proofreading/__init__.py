"""Care for what people read: remarks on texts and questions, by rules and a list of terms.

Pure: forms/ and engine/ hand over passages and questions, services/proofreading.py puts them
together. Every remark is a Finding of severity "information" with the sentence it is about.
"""
